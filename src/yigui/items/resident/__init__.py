"""Items of the residents' pension (RES)."""
