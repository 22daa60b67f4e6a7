"""The pages beside the chat: the figures of the corpus, its documents, and each document with its quote marked."""
