"""Outside partners (共享与交换), first form: partners, their tokens, and files they send with a receipt for each.

Employment registrations (就业备案) and identity records of public security (公安人口信息) come in as records that are
never changed, each with the file it came from, so that a check can name its source. Live exchange comes later.
"""
