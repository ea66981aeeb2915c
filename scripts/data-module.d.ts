/** The source of the ES module that a data file is imported as. */
export function dataModule(path: string, text: string): string;
