"""The hall (大厅): ticket machine, guide desk, calling at desks, screens. Pages only; what moves is in `visits`."""
