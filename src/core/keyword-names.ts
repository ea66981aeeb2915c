/** The words that conditions have beyond JSON Schema; what they mean is in src/judge/context.ts. */
export const keywordNames = ['belowProtocol', 'lacksForwardSecrecy', 'weakSuite', 'expired', 'expiresWithin'] as const;

export type KeywordName = (typeof keywordNames)[number];
