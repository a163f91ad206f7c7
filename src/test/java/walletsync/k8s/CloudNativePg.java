package walletsync.k8s;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;

/**
 * The fields of CloudNativePG's kinds that the manifests use, with their types, as its API
 * reference has them (1.28, and the Barman Cloud plugin 0.9). There is no library of these kinds; a
 * field that is missing here has to be looked up there, and added.
 */
final class CloudNativePg {
  private CloudNativePg() {}

  record Cluster(String apiVersion, String kind, ObjectMeta metadata, ClusterSpec spec) {}

  record ClusterSpec(
      int instances,
      String imageName,
      EmbeddedMetadata inheritedMetadata,
      Bootstrap bootstrap,
      Postgres postgresql,
      Affinity affinity,
      UpdateStrategy primaryUpdateStrategy,
      UpdateMethod primaryUpdateMethod,
      Storage storage,
      Storage walStorage,
      ResourceRequirements resources,
      List<Plugin> plugins) {}

  record EmbeddedMetadata(Map<String, String> labels, Map<String, String> annotations) {}

  record Bootstrap(InitDb initdb) {}

  record InitDb(
      String database,
      String owner,
      String encoding,
      String localeCollate,
      String localeCType,
      boolean dataChecksums) {}

  record Postgres(Synchronous synchronous, Map<String, String> parameters) {}

  record Synchronous(
      Method method, int number, Durability dataDurability, boolean failoverQuorum) {}

  record Affinity(
      boolean enablePodAntiAffinity, AntiAffinity podAntiAffinityType, String topologyKey) {}

  record Storage(String size, String storageClass) {}

  record Plugin(String name, boolean isWALArchiver, Map<String, String> parameters) {}

  record ScheduledBackup(String apiVersion, String kind, ObjectMeta metadata, BackupSpec spec) {}

  record BackupSpec(
      String schedule,
      boolean immediate,
      BackupOwner backupOwnerReference,
      Name cluster,
      BackupMethod method,
      PluginName pluginConfiguration) {}

  record Name(String name) {}

  record PluginName(String name, Map<String, String> parameters) {}

  record ObjectStore(String apiVersion, String kind, ObjectMeta metadata, StoreSpec spec) {}

  record StoreSpec(String retentionPolicy, Barman configuration) {}

  record Barman(
      String destinationPath, String endpointURL, S3 s3Credentials, Packing wal, Packing data) {}

  record S3(Key accessKeyId, Key secretAccessKey, Key region) {}

  record Key(String name, String key) {}

  record Packing(Compression compression, Integer maxParallel) {}

  // The constants are the values of the API, to the letter.
  enum Method {
    any,
    first
  }

  enum Durability {
    required,
    preferred
  }

  enum AntiAffinity {
    required,
    preferred
  }

  enum UpdateStrategy {
    supervised,
    unsupervised
  }

  enum UpdateMethod {
    restart,
    switchover
  }

  enum BackupOwner {
    none,
    self,
    cluster
  }

  enum BackupMethod {
    barmanObjectStore,
    volumeSnapshot,
    plugin
  }

  enum Compression {
    gzip,
    bzip2,
    snappy,
    lz4,
    xz,
    zstd
  }
}
