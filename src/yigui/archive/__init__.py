"""Archive of the business (社会保险业务档案): what a finished case has come to, filed by itself as a volume that nobody can exchange or remove.

What is written here is written by functions of the owner (`sql/functions.sql`): the application reads these tables and writes none of them.
"""
