"""The command line: argparse over the specs."""
