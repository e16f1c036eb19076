{{- /* Parts that several manifests share. Only define, include, if, range, default, quote, toYaml, nindent, and, or and not are used here. */ -}}

{{- define "lockstep.labels" -}}
app.kubernetes.io/name: lockstep
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "lockstep.selector" -}}
app.kubernetes.io/name: lockstep
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "lockstep.pod" -}}
serviceAccountName: {{ .Release.Name }}
automountServiceAccountToken: false
{{- if .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml .Values.imagePullSecrets | nindent 2 }}
{{- end }}
# Runs get 20 seconds to end after SIGTERM.
terminationGracePeriodSeconds: 45
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: secrets
    secret:
      secretName: {{ .Values.secrets.name }}
      # 0440: YAML's readers disagree about numbers that begin with a zero.
      defaultMode: 288
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
{{- if .Values.nodeSelector }}
nodeSelector:
  {{- toYaml .Values.nodeSelector | nindent 2 }}
{{- end }}
{{- if .Values.tolerations }}
tolerations:
  {{- toYaml .Values.tolerations | nindent 2 }}
{{- end }}
{{- if .Values.affinity }}
affinity:
  {{- toYaml .Values.affinity | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "lockstep.container" -}}
image: "{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
envFrom:
  - configMapRef:
      name: {{ .Release.Name }}
env:
  {{- range $variable, $key := .Values.secrets.files }}
  - name: {{ $variable }}
    value: /run/secrets/lockstep/{{ $key }}
  {{- end }}
volumeMounts:
  - name: secrets
    mountPath: /run/secrets/lockstep
    readOnly: true
  - name: tmp
    mountPath: /tmp
{{- end -}}
