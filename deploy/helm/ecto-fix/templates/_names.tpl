{{- define "ecto-fix.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "ecto-fix.chosen" -}}
app.kubernetes.io/name: ecto-fix
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "ecto-fix.labels" -}}
{{ include "ecto-fix.chosen" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "ecto-fix.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "ecto-fix.redisSecret" -}}
{{ .Values.redis.existingSecret | default (printf "%s-redis" (include "ecto-fix.name" .)) }}
{{- end }}

{{- define "ecto-fix.environment" -}}
- { name: ECTO_FIX_SECRETS, value: /secrets }
- name: ECTO_FIX_REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ include "ecto-fix.redisSecret" . | trim }}, key: redis_url } }
- { name: ECTO_FIX_PUBLIC_URL, value: {{ required "publicUrl is needed: it is where GitHub and people reach the receiver" .Values.publicUrl | quote }} }
- { name: ECTO_FIX_GITHUB_URL, value: {{ .Values.github.url | quote }} }
- { name: ECTO_FIX_GITHUB_API_URL, value: {{ .Values.github.apiUrl | quote }} }
{{- with .Values.otlpEndpoint }}
- { name: ECTO_FIX_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{- define "ecto-fix.pod" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "ecto-fix.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
