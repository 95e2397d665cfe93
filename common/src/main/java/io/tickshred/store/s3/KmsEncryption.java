package io.tickshred.store.s3;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Asks for encryption with a key of AWS KMS in every request that makes an object, with a key for the bucket between,
 * so that KMS is not asked for each object anew. Parts of an upload are encrypted as its first request says.
 */
final class KmsEncryption implements ExecutionInterceptor {
    private final String key;

    /** @param key id or ARN */
    KmsEncryption(String key) {
        this.key = key;
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        if (context.request() instanceof PutObjectRequest put) {
            return put.toBuilder()
                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                    .ssekmsKeyId(key)
                    .bucketKeyEnabled(true)
                    .build();
        }
        if (context.request() instanceof CreateMultipartUploadRequest create) {
            return create.toBuilder()
                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                    .ssekmsKeyId(key)
                    .bucketKeyEnabled(true)
                    .build();
        }
        return context.request();
    }
}
