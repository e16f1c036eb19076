import { expect, test } from 'vitest';
import { filterOfQuery } from './list-views.ts';

const USER = '005000000000001AAA';

test.each([
  ['SELECT Name, Id FROM Contact ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST', ''],
  ['SELECT Name FROM Contact USING SCOPE everything ORDER BY Name', ''],
  ['SELECT Name FROM Contact USING SCOPE mine ORDER BY Name', `OwnerId = '${USER}'`],
  ["SELECT Name FROM Contact WHERE LastName = 'a' ORDER BY Name LIMIT 5", "(LastName = 'a')"],
  [
    "SELECT Account.Name, (SELECT Id FROM Cases WHERE IsClosed = true) FROM Contact USING SCOPE mine WHERE (Title = 'ORDER BY \\'x' OR City__c IN ('WHERE', ')')) AND Id IN (SELECT Id FROM Contact ORDER BY Id) ORDER BY Name",
    `OwnerId = '${USER}' AND ((Title = 'ORDER BY \\'x' OR City__c IN ('WHERE', ')')) AND Id IN (SELECT Id FROM Contact ORDER BY Id))`,
  ],
  ['select name from contact where Birthdate = THIS_YEAR', '(Birthdate = THIS_YEAR)'],
])('the condition of a view is cut out of its query', (query, condition) => {
  expect(filterOfQuery(query, USER)).toBe(condition);
});

test.each([
  'SELECT Name FROM Lead',
  'SELECT Name FROM Contact USING SCOPE mine_and_my_groups ORDER BY Name',
  'nonsense',
])('a query that is no condition of contacts is none', (query) => {
  expect(filterOfQuery(query, USER)).toBeNull();
});
