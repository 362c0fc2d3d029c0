"""What `trailmark --help` costs: a process from its start to its end.

python benchmarks/help.py [--times N]
"""

import argparse
import statistics

from measuring import TRAILMARK, child, report


def main() -> None:
    """Ask for help a few times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--times', type=int, default=5)
    args = parser.parse_args()
    done = [child((*TRAILMARK, '--help')) for _ in range(args.times)]
    report(
        benchmark='help',
        times=args.times,
        code=max(each.code for each in done),
        cpu_s=round(statistics.median(each.cpu_s for each in done), 3),
        wall_s=round(statistics.median(each.wall_s for each in done), 3),
        max_rss_mb=round(max(each.max_rss_mb for each in done), 1),
    )


if __name__ == '__main__':
    main()
