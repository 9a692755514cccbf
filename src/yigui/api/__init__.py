"""The interface for partners (接口) under /api: accept, query and act on cases. The same checks as the screens."""
