"""Documents and questions that train the cross-encoder, and the program that does it."""
