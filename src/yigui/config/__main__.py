"""`python -m yigui.config` is the product's command, for a place without the workshop (`dev`)."""

from yigui.config.cli import main

if __name__ == "__main__":
    main()
