"""Items of personal accounts (个人账户)."""
