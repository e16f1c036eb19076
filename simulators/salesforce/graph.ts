/**
 * `/composite/graph`: up to 75 graphs with 500 nodes together, each graph all or nothing, within the documented limits
 * on depth and kinds of nodes.
 */
import { type Answer, answer, type Call, methodNotAllowed, requireObject } from './call.ts';
import { type Dispatch, halted, readSubrequests, runSubrequests, type Subrequest } from './composite.ts';
import { ApiError, isJsonObject, type JsonObject } from './errors.ts';
import { referencesIn } from './references.ts';

const GRAPHS_MAX = 75;
const NODES_MAX = 500;
const DEPTH_MAX = 15;
const KINDS_MAX = 15;
/** After so many failed graphs the rest is not tried. */
const FAILED_MAX = 14;

interface Graph {
  readonly graphId: string;
  readonly nodes: readonly Subrequest[];
}

/** Answers `/composite/graph`. */
export function answerGraphs(call: Call, dispatch: Dispatch): Answer {
  if (call.method !== 'POST') throw methodNotAllowed(call);
  const graphs = readGraphs(call);
  for (const graph of graphs) refuseShape(graph);
  let failures = 0;
  const results = graphs.map((graph): JsonObject => {
    if (failures >= FAILED_MAX) return toResult(graph, graph.nodes.map(toHalted), false);
    const { results: nodes, failed } = runSubrequests(call, graph.nodes, dispatch, true);
    if (failed) failures += 1;
    return toResult(graph, nodes, !failed);
  });
  return answer(200, { graphs: results });
}

function readGraphs(call: Call): Graph[] {
  const body = requireObject(call);
  const list = Array.isArray(body.graphs) ? body.graphs : [];
  if (list.length > GRAPHS_MAX) throw limit(`more than ${GRAPHS_MAX} graphs`);
  const graphs = list.map((entry): Graph => {
    if (!isJsonObject(entry)) throw new ApiError(400, 'JSON_PARSER_ERROR', 'a graph is expected');
    return { graphId: String(entry.graphId ?? ''), nodes: readSubrequests(entry.compositeRequest) };
  });
  const nodes = graphs.reduce((count, graph) => count + graph.nodes.length, 0);
  if (nodes > NODES_MAX) throw limit(`more than ${NODES_MAX} nodes`);
  const ids = new Set(graphs.map((graph) => graph.graphId));
  if (ids.size !== graphs.length || graphs.length === 0) {
    throw new ApiError(400, 'INVALID_INPUT', 'every graph needs a graphId of its own');
  }
  return graphs;
}

function refuseShape(graph: Graph): void {
  const kinds = new Set<string>();
  const depths = new Map<string, number>();
  for (const node of graph.nodes) {
    const found = /\/(v\d+\.0)\/sobjects\/([^/?]+)/.exec(node.url);
    if (found === null) {
      throw new ApiError(
        400,
        'INVALID_INPUT',
        `the url of ${node.referenceId} is not supported in a composite graph`,
      );
    }
    kinds.add(`${found[1]} ${found[2]?.toLowerCase()}`);
    let depth = 1;
    for (const reference of referencesIn([node.url, node.body])) {
      depth = Math.max(depth, (depths.get(reference) ?? 0) + 1);
    }
    depths.set(node.referenceId, depth);
    if (depth > DEPTH_MAX) throw limit(`a depth of more than ${DEPTH_MAX}`);
  }
  if (kinds.size > KINDS_MAX) throw limit(`more than ${KINDS_MAX} different nodes`);
}

function toResult(graph: Graph, nodes: JsonObject[], isSuccessful: boolean): JsonObject {
  return { graphId: graph.graphId, graphResponse: { compositeResponse: nodes }, isSuccessful };
}

function toHalted(node: Subrequest): JsonObject {
  const { body, status } = halted();
  return {
    body: body instanceof Uint8Array ? null : body,
    httpHeaders: {},
    httpStatusCode: status,
    referenceId: node.referenceId,
  };
}

function limit(what: string): ApiError {
  return new ApiError(400, 'LIMIT_EXCEEDED', `Limit exceeded: the request has ${what}.`);
}
