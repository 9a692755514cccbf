"""The catalogue (事项目录): what each business item is, as dated YAML; never how it behaves.

Files are `declarations/<kind>/<date>.yaml` (items in one folder per group). A file is in force from the date in its name;
a later file holds only what it changes. Loading refuses unknown and duplicate keys and dangling references, and says in
which file and line. A case keeps the version it was accepted under.
"""
