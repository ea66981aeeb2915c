declare module '*/monitoring-settings.yaml' {
  interface MonitoringSwitch {
    readonly key: string;
    readonly off: string;
    readonly half?: 'hostname';
    readonly target?: string;
  }
  interface MonitoringText {
    readonly product: string;
    readonly words: readonly string[];
    readonly section: string;
    readonly off: string;
    readonly half?: string;
    readonly host: string;
    readonly plain?: string;
  }
  export const data: {
    readonly clientBlocks: readonly string[];
    readonly serverBlocks: readonly string[];
    readonly switches: readonly MonitoringSwitch[];
    readonly addresses: readonly string[];
    readonly scraping: readonly string[];
    readonly shapes: readonly { readonly product: string; readonly keys: readonly string[] }[];
    readonly fetchingReceivers: readonly string[];
    readonly texts: readonly MonitoringText[];
  };
}
