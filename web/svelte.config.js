// Svelte: runes everywhere, styles in files of their own (the page's CSP allows no other).
export default { compilerOptions: { runes: true, css: 'external' } };
