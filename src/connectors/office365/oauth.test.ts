import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { ANN, APP, answerPages, BACK, createTestWorld, GRAPH, LOGIN, SECRET } from '../../../simulators/office365/test-support.ts';
import { selfSigned } from '../../../test/support/self-signed.ts';
import { createHttp } from '../http.ts';
import { adminConsentUrl, askAppToken, beginConsent, completeConsent, type Office365Oauth, refresh, tokenSchema } from './oauth.ts';
