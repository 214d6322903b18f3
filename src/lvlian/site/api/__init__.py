"""The API under `/api/`: what the pages show and do, for programs, through the same scope, actions and audit."""
