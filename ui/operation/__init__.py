"""What an operator needs: numbers, logs, and a stop that loses no answer."""
