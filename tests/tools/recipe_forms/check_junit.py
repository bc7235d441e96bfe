"""Reads the report that `quantscope-cli compare --junit` wrote with junitparser.

    check_junit.py REPORT.xml
"""

import sys

from junitparser import Error, Failure, JUnitXml


def main():
    report = JUnitXml.fromfile(sys.argv[1])
    tests = failures = errors = 0
    for suite in report:
        cases = list(suite)
        kinds = [type(result) for case in cases for result in case.result]
        assert suite.tests == len(cases), f"{suite.name} states {suite.tests} tests and has {len(cases)}"
        assert suite.failures == kinds.count(Failure) and suite.errors == kinds.count(Error), suite.name
        tests += suite.tests
        failures += suite.failures
        errors += suite.errors
    assert (report.tests, report.failures, report.errors) == (tests, failures, errors)
    print(f"junitparser: {tests} tests, {failures} failures, {errors} errors")


if __name__ == "__main__":
    main()
