"""The results of a test file as TAP lines, so that tests/run.sh can count them."""
import signal
import sys
import unittest


class Tap(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.n = 0

    def line(self, good, test, more=''):
        self.n += 1
        print(f'{"" if good else "not "}ok {self.n} - {test.id().split(".", 1)[-1]}{more}', flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line(True, test)

    def told(self, test, err):
        self.line(False, test)
        print('# ' + self._exc_info_to_string(err, test).replace('\n', '\n# '), flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.told(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.told(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, f' # SKIP {reason}')

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.told(subtest, err)


def stopped(*_):
    raise KeyboardInterrupt


def main():
    names = sys.argv[1:] or None
    loader = unittest.defaultTestLoader
    module = sys.modules['__main__']
    tests = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    result = Tap()
    signal.signal(signal.SIGTERM, stopped)
    try:
        tests.run(result)
    finally:
        unittest.case.doModuleCleanups()  # also when we are told to stop: no process of ours stays
    print(f'1..{result.n}')
    sys.exit(0 if result.wasSuccessful() and result.n else 1)
