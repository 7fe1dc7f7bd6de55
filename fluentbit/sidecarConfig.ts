import { stringify } from 'yaml';
import { AppError } from '../model/index.js';
import { formatFluentBitVersion, hasFeature } from './FluentBitVersion.js';
import { COUNT_KEYS, LINE_LIMIT_BYTES } from './luaText.js';
import { SIDECAR_PATHS, type SidecarOptions, sidecarOwner } from './SidecarOptions.js';
import { HEARTBEAT_TAG } from './stampScript.js';

/** A rendered configuration, and what of the request the declared release cannot do. */
export interface RenderedConfig {
  readonly text: string;
  /** Features left out because the release lacks them, in words for the operator. */
  readonly notes: readonly string[];
}

/** Seconds Fluent Bit may take to send what it holds when its pod ends; the manifests allow the pod 15 s more. */
export const GRACE_SECONDS = 30;

/** Port of the health endpoint. It listens on loopback only: its reload call asks for no credentials. */
export const HEALTH_PORT = 2020;

/**
 * The sidecar's configuration in Fluent Bit's YAML format. Aggregation degrades to one line a record, with a note, on a
 * release without it; compression is refused, since the operator asked for a saving that would silently not happen.
 */
export function sidecarConfig(options: SidecarOptions): RenderedConfig {
  const release = formatFluentBitVersion(options.version);
  const notes: string[] = [];
  const aggregate = options.aggregate && hasFeature(options.version, 'simple_aggregation');
  if (options.aggregate && !aggregate) {
    notes.push(`Fluent Bit ${release} cannot aggregate (4.2.2 and later can): every line is a record of its own`);
  }
  if (options.compression !== 'none' && !hasFeature(options.version, 'compression')) {
    throw new AppError('USAGE', 'this release of Fluent Bit cannot compress records', {
      expected: '5.0.0 or newer for --compression',
      got: release,
      where: '--fluent-bit-version',
      hint: 'leave --compression out, or declare the release your image really carries',
    });
  }
  const rejectedLimit = hasFeature(options.version, 'rejected_limit');
  if (!rejectedLimit) notes.push(`Fluent Bit ${release} cannot bound its dead letters; they share the state volume`);
  const config = {
    service: {
      flush: 1,
      grace: GRACE_SECONDS,
      log_level: 'info',
      'json.escape_unicode': false,
      http_server: true,
      http_listen: '127.0.0.1',
      http_port: HEALTH_PORT,
      health_check: true,
      hot_reload: false,
      'scheduler.base': 1,
      'scheduler.cap': 60,
      'storage.path': `${SIDECAR_PATHS.state}/storage`,
      'storage.sync': 'normal',
      // With checksums on, a chunk that was being written at a kill -9 fails its own check and is thrown away (seen on 5.1.1).
      'storage.checksum': false,
      'storage.max_chunks_up': 32,
      'storage.backlog.mem_limit': '16M',
      'storage.keep.rejected': true,
      'storage.rejected.path': 'rejected',
      ...(rejectedLimit ? { 'storage.rejected.limit': '64M' } : {}),
    },
    pipeline: {
      inputs: [
        {
          name: 'tail',
          tag: 'app',
          path: `${SIDECAR_PATHS.logs}/*.log`,
          key: 'log',
          path_key: 'file',
          offset_key: 'offset',
          db: `${SIDECAR_PATHS.state}/tail.db`,
          'db.sync': 'normal',
          read_from_head: true,
          refresh_interval: 5,
          rotate_wait: 30,
          'multiline.parser': 'java, python, go, ruby',
          buffer_chunk_size: '128k',
          buffer_max_size: LINE_LIMIT_BYTES,
          truncate_long_lines: true,
          'storage.type': 'filesystem',
        },
        {
          name: 'dummy',
          tag: HEARTBEAT_TAG,
          dummy: '{}',
          interval_sec: 60,
          interval_nsec: 0,
          'storage.type': 'filesystem',
        },
      ],
      filters: [
        {
          name: 'lua',
          match: '*',
          script: `${SIDECAR_PATHS.config}/stamp.lua`,
          call: 'stamp',
          time_as_table: true,
          type_int_key: COUNT_KEYS,
        },
      ],
      outputs: [
        {
          name: 'kinesis_streams',
          match: '*',
          region: options.region,
          stream: options.stream,
          ...(aggregate ? { simple_aggregation: true } : {}),
          ...(options.compression === 'none' ? {} : { compression: options.compression }),
          retry_limit: 'no_limits',
          'net.keepalive': false,
          'storage.total_limit_size': `${options.bufferMiB}M`,
        },
      ],
    },
  };
  const head = `# Rendered by tenantscope for ${sidecarOwner(options)}, Fluent Bit ${release} and later; do not edit.\n`;
  return { text: head + stringify(config, { lineWidth: 0 }), notes };
}
