"""Outside partners (共享与交换): the files they send with a receipt for each, questions asked live, and messages in and out.

Records of partners (就业备案, 公安人口信息, deaths, …) are never changed, each with the file or the answer it came from, so that a
check can name its source. A partner that does not answer makes a case wait; what is told to partners leaves through the outbox.
"""
