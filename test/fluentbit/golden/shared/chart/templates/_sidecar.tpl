{{/* For the application's pod template: labels, and under spec the fields below. Rendered; do not edit. */}}
{{- define "tenantscope.podLabels" -}}
tenantscope.io/tenant: tenantscope.shared
{{- end }}
{{- define "tenantscope.podSpec" -}}
serviceAccountName: tenantscope-sidecar
shareProcessNamespace: false
terminationGracePeriodSeconds: 45
securityContext:
  fsGroup: 64242
{{- end }}
{{- define "tenantscope.initContainer" -}}
- image: {{ (index .Values "tenantscope-sidecar" | default .Values).image | quote }}
  name: tenantscope-fluent-bit
  restartPolicy: Always
  command:
    - /fluent-bit/bin/fluent-bit
    - -c
    - /tenantscope/etc/fluent-bit.yaml
  env:
    - name: POD_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
    - name: POD_UID
      valueFrom:
        fieldRef:
          fieldPath: metadata.uid
    - name: POD_NAMESPACE
      valueFrom:
        fieldRef:
          fieldPath: metadata.namespace
    - name: NODE_NAME
      valueFrom:
        fieldRef:
          fieldPath: spec.nodeName
  resources:
    requests:
      cpu: 50m
      memory: 96Mi
      ephemeral-storage: 640Mi
    limits:
      memory: 256Mi
      ephemeral-storage: 768Mi
  securityContext:
    runAsNonRoot: true
    runAsUser: 64242
    runAsGroup: 64242
    readOnlyRootFilesystem: true
    allowPrivilegeEscalation: false
    privileged: false
    capabilities:
      drop:
        - ALL
    seccompProfile:
      type: RuntimeDefault
  startupProbe:
    exec:
      command:
        - curl
        - -fsS
        - -o
        - /dev/null
        - http://127.0.0.1:2020/api/v1/uptime
    periodSeconds: 2
    failureThreshold: 30
    timeoutSeconds: 2
  livenessProbe:
    exec:
      command:
        - curl
        - -fsS
        - -o
        - /dev/null
        - http://127.0.0.1:2020/api/v1/uptime
    periodSeconds: 30
    failureThreshold: 10
    timeoutSeconds: 5
  volumeMounts:
    - name: tenantscope-sidecar-config
      mountPath: /tenantscope/etc
      readOnly: true
    - name: tenantscope-sidecar-state
      mountPath: /tenantscope/state
    - name: tenantscope-logs
      mountPath: /var/log/tenantscope
      readOnly: true
{{- end }}
{{- define "tenantscope.volumes" -}}
- name: tenantscope-sidecar-config
  configMap:
    name: tenantscope-sidecar
    defaultMode: 292
- name: tenantscope-sidecar-state
  emptyDir:
    sizeLimit: 640Mi
- name: tenantscope-logs
  emptyDir:
    sizeLimit: 1Gi
{{- end }}
