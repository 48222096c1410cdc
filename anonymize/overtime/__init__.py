"""What several releases tell together, and which further one may join them. Plain Python, pure."""
