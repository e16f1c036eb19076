/** *Help*: what a person most often asks, in short answers. It asks the API nothing. */
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { ERROR_CATEGORY, SALESFORCE_CATEGORY, SALESFORCE_FOLDER } from '../../../model/settings.ts';
import { Card } from '../../shared/card.tsx';
import { Icon } from '../../shared/icons.tsx';
import css from '../settings/settings.module.css';

const answers: readonly (readonly [string, readonly string[]])[] = [
  [
    'What is saved by itself?',
    [
      'Mail from and to people who are contacts or leads in Salesforce, from your Inbox and Sent Items, every 30 minutes, also while your mail program is closed.',
      'Never by itself: mail among colleagues, private mail, and whatever is on a “Never sync” list.',
    ],
  ],
  [
    'How do I save a single mail?',
    [
      `Open it and press “Save to Salesforce” here, or put it into the folder “${SALESFORCE_FOLDER}”, or give it the category “${SALESFORCE_CATEGORY}”.`,
    ],
  ],
  [
    'Why is a mail not in Salesforce?',
    [
      'Open it and press “Why?”, or look it up in Sync settings, History: every rule is shown with what it saw.',
      `A mail with the category “${ERROR_CATEGORY}” could not be saved; Sync settings, Overview, says why and what to do.`,
    ],
  ],
  [
    'Sync has stopped. What now?',
    [
      'The line at the bottom says why. Usually your password has changed: press the one button and connect again. Nothing is lost, the gap is caught up.',
      'If an administrator must help, the text for him can be copied from there.',
    ],
  ],
  [
    'What happens to my mail?',
    [
      'It is read, saved to your own Salesforce, and kept nowhere else. Lockstep never sends mail or invitations, and deletes nothing in your mailbox.',
    ],
  ],
];

export function HelpPage() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = 'Help · Lockstep';
    heading.current?.focus();
  }, []);
  return (
    <div className={css.page}>
      <Link href="/" className={css.back ?? ''}>
        <Icon name="back" size={16} /> Sidebar
      </Link>
      <h1 ref={heading} tabIndex={-1} className={css.title}>
        Help
      </h1>
      {answers.map(([question, texts]) => (
        <Card key={question} title={question}>
          {texts.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </Card>
      ))}
    </div>
  );
}
