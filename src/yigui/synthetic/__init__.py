"""A generated city (模拟城市) of any size: persons, employers, coverage, staff. Stands on the roof and may import all."""
