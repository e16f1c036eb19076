/** The few members of Chrome's extension API that are used here. https://developer.chrome.com/docs/extensions/reference/api/storage */
declare const chrome: {
  readonly storage: {
    readonly sync: {
      get(name: string): Promise<Record<string, unknown>>;
      set(values: Record<string, unknown>): Promise<void>;
    };
  };
};
