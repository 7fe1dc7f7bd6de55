import { button } from './dom.js';

const KEY = 'tenantscope-theme';
const CHOICES = ['auto', 'light', 'dark'] as const;

type Theme = (typeof CHOICES)[number];

/** A button that goes from the system's colours to light and to dark, and remembers where files may. */
export function themeButton(): HTMLButtonElement {
  let theme = remembered();
  const toggle = button('', { id: 'theme' }, () => {
    theme = CHOICES[(CHOICES.indexOf(theme) + 1) % CHOICES.length] ?? 'auto';
    apply();
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // A page without storage forgets its theme, and nothing else.
    }
  });
  const apply = (): void => {
    toggle.textContent = `Colours: ${theme}`;
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new Event('themechange'));
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    document.dispatchEvent(new Event('themechange')),
  );
  apply();
  return toggle;
}

function remembered(): Theme {
  try {
    return CHOICES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
