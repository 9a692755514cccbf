"""`python -m yigui` is the `yigui` command: the product's commands, and those of the workshop beside it."""

from yigui.dev.commands import main

if __name__ == "__main__":
    main()
