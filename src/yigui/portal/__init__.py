"""The online platform for employers (网上服务平台): signed-in operators, the employer's own rows. Forms and views; no rules."""
