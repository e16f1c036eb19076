/**
 * The documentation site's one script: the search over headings, and the list of pages that stands open where there is room. Without it every page can be read
 * and every link followed.
 */
const root = document.body.dataset.root ?? '';
const search = document.querySelector('search');
const query = document.querySelector('#site-query');
const found = document.querySelector('#site-found');
const results = document.querySelector('#site-results');
const SHOWN_MAX = 20;

const wide = matchMedia('(min-width: 60rem)');
function openList() {
  document.querySelector('#site-pages').open = wide.matches;
}
wide.addEventListener('change', openList);
openList();

/** Each word must be in the heading or the page's title; what begins with the first word comes first. */
function find(index, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const rank = ([page, heading]) =>
    heading.toLowerCase().startsWith(words[0]) ? 0 : heading === page ? 1 : 2;
  return index
    .filter(([page, heading]) => {
      const both = `${page} ${heading}`.toLowerCase();
      return words.every((word) => both.includes(word)) && heading.toLowerCase().includes(words.at(-1));
    })
    .sort((a, b) => rank(a) - rank(b));
}

function show(index) {
  const hits = find(index, query.value);
  results.replaceChildren(
    ...hits.slice(0, SHOWN_MAX).map(([page, heading, target]) => {
      const link = document.createElement('a');
      link.href = root + target;
      link.textContent = heading;
      const item = document.createElement('li');
      item.append(link);
      if (page !== heading) item.append(` in ${page}`);
      return item;
    }),
  );
  const more = hits.length > SHOWN_MAX ? `, the first ${SHOWN_MAX} are shown` : '';
  found.textContent =
    query.value.trim() === '' ? '' : `${hits.length} ${hits.length === 1 ? 'heading' : 'headings'}${more}`;
}

try {
  const answer = await fetch(`${root}search.json`);
  const index = await answer.json();
  query.addEventListener('input', () => show(index));
  query.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    query.value = '';
    show(index);
  });
  search.hidden = false;
} catch {
  // Opened as a file, pages may not read the index: everything but the search is there.
}
