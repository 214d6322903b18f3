"""What is done with plans, their facts and findings; every function is one recorded action."""
