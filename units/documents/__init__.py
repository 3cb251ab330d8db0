"""What leaves the application as text: letters to people."""
