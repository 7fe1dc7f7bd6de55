import { stringify } from 'yaml';
import { COLLECTOR_PATHS, type CollectorOptions, KUBE_TAG_PREFIX } from './CollectorOptions.js';
import { formatFluentBitVersion, hasFeature } from './FluentBitVersion.js';
import { COUNT_KEYS, LINE_LIMIT_BYTES } from './luaText.js';
import { GRACE_SECONDS, HEALTH_PORT, type RenderedConfig } from './sidecarConfig.js';
import { HEARTBEAT_TAG } from './stampScript.js';

/**
 * The collector's configuration. Each file has a tag of its own, a chunk one tag, and a record is aggregated from one
 * chunk: so one record never holds two pods' lines. Heartbeats of many pods share a tag, and are never aggregated.
 */
export function collectorConfig(options: CollectorOptions): RenderedConfig {
  const release = formatFluentBitVersion(options.version);
  const aggregate = options.aggregate && hasFeature(options.version, 'simple_aggregation');
  const rejectedLimit = hasFeature(options.version, 'rejected_limit');
  const notes: string[] = [];
  if (options.aggregate && !aggregate)
    notes.push(`Fluent Bit ${release} cannot aggregate (4.2.2 and later can): every line is a record of its own`);
  if (!rejectedLimit) notes.push(`Fluent Bit ${release} cannot bound its dead letters; watch the node's disk`);
  const output = (match: string, aggregated: boolean) => ({
    name: 'kinesis_streams',
    match,
    region: options.region,
    stream: options.stream,
    ...(aggregated ? { simple_aggregation: true } : {}),
    retry_limit: 'no_limits',
    'net.keepalive': false,
    'storage.total_limit_size': aggregated || match === 'kube.*' ? `${options.bufferMiB}M` : '16M',
  });
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
      'storage.path': `${COLLECTOR_PATHS.state}/storage`,
      'storage.sync': 'normal',
      'storage.checksum': false,
      'storage.max_chunks_up': 128,
      'storage.backlog.mem_limit': '64M',
      'storage.keep.rejected': true,
      'storage.rejected.path': 'rejected',
      ...(rejectedLimit ? { 'storage.rejected.limit': '256M' } : {}),
    },
    pipeline: {
      inputs: [
        {
          name: 'tail',
          tag: 'kube.*',
          path: `${COLLECTOR_PATHS.logs}/containers/*.log`,
          exclude_path: `${COLLECTOR_PATHS.logs}/containers/*_${options.namespace}_*.log`,
          path_key: 'file',
          offset_key: 'offset',
          db: `${COLLECTOR_PATHS.state}/tail.db`,
          'db.sync': 'normal',
          read_from_head: true,
          refresh_interval: 5,
          rotate_wait: 30,
          'multiline.parser': 'docker, cri',
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
          name: 'multiline',
          match: 'kube.*',
          'multiline.key_content': 'log',
          'multiline.parser': 'java, python, go, ruby',
          // Within the chunk that tail read: buffered mode would send every line round again by memory.
          buffer: false,
        },
        {
          name: 'kubernetes',
          match: 'kube.*',
          kube_tag_prefix: KUBE_TAG_PREFIX,
          // Parsing would put the application's keys beside the metadata.
          merge_log: false,
          keep_log: true,
          'k8s-logging.parser': false,
          'k8s-logging.exclude': false,
          labels: false,
          annotations: false,
          namespace_labels: true,
          namespace_metadata_only: false,
          buffer_size: '0',
        },
        {
          name: 'lua',
          match: '*',
          script: `${COLLECTOR_PATHS.config}/stamp.lua`,
          call: 'stamp',
          time_as_table: true,
          type_int_key: COUNT_KEYS,
        },
      ],
      outputs: [output('kube.*', aggregate), output(HEARTBEAT_TAG, false)],
    },
  };
  const head = `# Rendered by tenantscope for the nodes of ${options.cluster}, Fluent Bit ${release} and later; do not edit.\n`;
  return { text: head + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false }), notes };
}
