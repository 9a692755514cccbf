"""The roof: settings, addresses, background jobs, making a database ready, the product's commands."""
