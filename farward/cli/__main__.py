"""`python -m farward.cli`, for a checkout without the `farward` script."""

from farward.cli.main import main

if __name__ == "__main__":
    main()
