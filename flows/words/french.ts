/** `de` before a name, elided before a vowel: `d'Awa`, `de Brigitte`. Before an H it depends on the name, and stays. */
export const de = (name: string): string => `${/^[aeiouyàâéèêîôû]/i.test(name) ? "d'" : 'de '}${name}`
