"""What: one file or folder for each layer. The engine finds them by import."""
