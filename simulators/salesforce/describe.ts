/**
 * What `/sobjects` and `/sobjects/X/describe` say, built from the schema a user sees. The keys are those of a real
 * describe; labels are made from names.
 */
import type { Json, JsonObject } from './errors.ts';
import type { Field } from './schema/notation.ts';
import { childRelationships, type Schema, type SObjectType } from './schema/schema.ts';

const SOAP_TYPES: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  address: 'urn:address',
  base64: 'xsd:base64Binary',
  JunctionIdList: 'urn:JunctionIdListNames',
};
const UNAGGREGATED = new Set(['address', 'base64', 'JunctionIdList']);
const BYTES_PER_CHARACTER = 3;

/** The global describe. */
export function describeGlobal(schema: Schema, apiVersion: number): JsonObject {
  const sobjects: Json[] = [];
  for (const type of schema.types.values()) sobjects.push(describeShort(type, apiVersion));
  return { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
}

/** The part of a describe that the global describe and the object's basic information show. */
export function describeShort(type: SObjectType, apiVersion: number): JsonObject {
  const can = (ability: string) => type.abilities.includes(ability);
  const base = `/services/data/v${apiVersion}.0/sobjects/${type.name}`;
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: can('c'),
    custom: false,
    customSetting: false,
    deepCloneable: false,
    deletable: can('d'),
    deprecatedAndHidden: false,
    feedEnabled: can('f'),
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: type.keyPrefix,
    label: type.label,
    labelPlural: type.labelPlural,
    layoutable: can('l'),
    mergeable: false,
    mruEnabled: can('m'),
    name: type.name,
    queryable: true,
    replicateable: !can('o'),
    retrieveable: true,
    searchable: can('x'),
    triggerable: can('c'),
    undeletable: can('n'),
    updateable: can('u'),
    urls: { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base },
  };
}

/** The full describe of an object. */
export function describeType(schema: Schema, type: SObjectType, apiVersion: number): JsonObject {
  return {
    ...describeShort(type, apiVersion),
    actionOverrides: [],
    childRelationships: childRelationships(schema, type).map(({ name, child, field }) => ({
      cascadeDelete: false,
      childSObject: child.name,
      deprecatedAndHidden: false,
      field: field.name,
      junctionIdListNames: [],
      junctionReferenceTo: [],
      relationshipName: name,
      restrictedDelete: false,
    })),
    compactLayoutable: true,
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: [...type.fields.values()].map(describeField),
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [
      {
        active: true,
        available: true,
        defaultRecordTypeMapping: true,
        developerName: 'Master',
        master: true,
        name: 'Master',
        recordTypeId: '012000000000000AAA',
        urls: {},
      },
    ],
    searchLayoutable: type.abilities.includes('x'),
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: `All ${type.labelPlural.toLowerCase()}`, name: 'everything' }],
  };
}

function describeField(field: Field): JsonObject {
  return {
    aggregatable: !UNAGGREGATED.has(field.type) && field.filterable,
    aiPredictionField: false,
    autoNumber: field.autoNumber,
    byteLength: field.type === 'id' || field.type === 'reference' ? 18 : field.length * BYTES_PER_CHARACTER,
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: field.caseSensitive,
    compoundFieldName: null,
    controllerName: null,
    createable: field.createable,
    custom: field.custom,
    defaultValue: field.type === 'boolean' ? false : null,
    defaultValueFormula: null,
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? 9 : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId,
    extraTypeInfo: null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: field.groupable,
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.idLookup,
    inlineHelpText: null,
    label: toLabel(field.name),
    length: field.length,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.nameField,
    namePointing: field.polymorphic,
    nillable: field.nillable,
    permissionable: field.createable && field.nillable,
    picklistValues: field.picklist.map((value) => ({
      active: true,
      defaultValue: value === field.defaultValue,
      label: value,
      validFor: null,
      value,
    })),
    polymorphicForeignKey: field.polymorphic,
    precision: field.precision,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: [...field.referenceTo],
    relationshipName: field.relationshipName,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: field.restrictedPicklist,
    scale: field.scale,
    searchPrefilterable: field.type === 'reference',
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    sortable: field.sortable,
    type: field.type === 'JunctionIdList' ? 'junctionidlist' : field.type,
    unique: field.unique,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

function toLabel(name: string): string {
  const words = name.replace(/__c$/, '').replaceAll('_', ' ');
  return words.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/ Id$/, ' ID');
}
