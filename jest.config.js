export default {
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/setup.ts',
  globalTeardown: '<rootDir>/test/support/teardown.ts',
  reporters: ['<rootDir>/test/support/reporter.ts'],
  testSequencer: '<rootDir>/test/support/sequencer.ts',
  maxWorkers: 2,
  // a worker keeps the modules of each file that it has run
  workerIdleMemoryLimit: '1500MB',
  testTimeout: 90_000,
}
