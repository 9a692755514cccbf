"""`python -m yigui` is the `yigui` command."""

from yigui.config.cli import main

if __name__ == "__main__":
    main()
