"""Items of levy (参保征缴): declarations, back payments, arrears, flexible workers, refunds, rates."""
