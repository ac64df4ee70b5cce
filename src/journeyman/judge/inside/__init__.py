"""What runs inside the sandbox, beside the code that is judged. Nothing here imports the rest of the product."""
