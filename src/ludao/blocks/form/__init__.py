"""表单 Forms."""
